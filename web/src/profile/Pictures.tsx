import { useRef } from 'react'
import { Camera, ImageUp } from 'lucide-react'
import { inWords } from '@/api/errors'
import type { OwnProfile } from '@/api/types'
import { Avatar } from '@/ui/Avatar'
import { Spinner } from '@/ui/Button'
import { toast } from '@/ui/toast'
import { usePicture } from '@/upload/usePicture'
import { Banner } from './Banner'
import { useEditProfile } from './hooks'

const round = 'inline-flex min-h-10 items-center gap-2 rounded-full bg-black/70 px-4 text-sm font-semibold text-white hover:bg-black/90'
const types = 'image/png,image/jpeg,image/webp,image/gif'

/** The wide picture and the round one, each changed where it stands. */
export function Pictures({ profile }: { profile: OwnProfile }) {
  const face = useEditProfile()
  const wide = useEditProfile()
  // Said also when its page is left meanwhile: a picture that has arrived is looked at before it can be used.
  const say = (change: Promise<unknown>, words: string) =>
    void change.then(
      () => toast.ok(words),
      (error: unknown) => toast.bad(inWords(error)),
    )
  const avatar = usePicture('avatar', (id) => say(face.mutateAsync({ avatarMediaId: id }), 'Your picture is changed'))
  const banner = usePicture('banner', (id) => say(wide.mutateAsync({ bannerMediaId: id }), 'Your banner is changed'))
  const isFaceComing = avatar.upload !== undefined || (face.isPending && Boolean(face.variables.avatarMediaId))
  const isBannerComing = banner.upload !== undefined || (wide.isPending && Boolean(wide.variables.bannerMediaId))
  const chooseAvatar = useRef<HTMLInputElement>(null)
  const chooseBanner = useRef<HTMLInputElement>(null)
  return (
    <div>
      <div className="relative">
        {isBannerComing && banner.preview ? (
          <img src={banner.preview} alt="" className="h-36 w-full object-cover opacity-60 sm:h-52" />
        ) : (
          <Banner url={profile.bannerUrl} name={profile.username} className="h-36 sm:h-52" />
        )}
        <div className="absolute right-3 bottom-3 flex gap-2">
          <button type="button" className={round} onClick={() => chooseBanner.current?.click()}>
            {isBannerComing ? <Spinner /> : <ImageUp aria-hidden="true" className="size-4.5" />}
            {banner.upload ? `${Math.round(banner.upload.share * 100)} %` : isBannerComing ? 'Being looked at' : 'Banner'}
          </button>
          {profile.bannerUrl && !isBannerComing && (
            <button type="button" className={round} onClick={() => say(wide.mutateAsync({ bannerMediaId: null }), 'The banner is removed')}>
              Remove<span className="sr-only"> the banner</span>
            </button>
          )}
        </div>
      </div>
      <div className="flex items-end gap-4 px-4 sm:px-8">
        <div className="relative -mt-14 rounded-full border-4 border-surface">
          {isFaceComing && avatar.preview ? (
            <img src={avatar.preview} alt="" className="size-28 rounded-full object-cover opacity-60 sm:size-32" />
          ) : (
            <Avatar name={profile.displayName} url={profile.avatarUrl} size="xl" />
          )}
          {isFaceComing && (
            <span className="absolute inset-0 grid place-items-center text-2xl text-ink">
              <Spinner />
            </span>
          )}
        </div>
        <div className="flex flex-wrap gap-x-4 pb-2 text-[0.9375rem]">
          <button type="button" className="inline-flex min-h-10 items-center gap-2 font-semibold whitespace-nowrap hover:underline" onClick={() => chooseAvatar.current?.click()}>
            <Camera aria-hidden="true" className="size-5" />
            Change picture
          </button>
          {profile.avatarUrl && (
            <button type="button" className="min-h-10 text-ink-2 hover:underline" onClick={() => say(face.mutateAsync({ avatarMediaId: null }), 'The picture is removed')}>
              Remove<span className="sr-only"> the picture</span>
            </button>
          )}
        </div>
      </div>
      <input
        ref={chooseAvatar}
        type="file"
        hidden
        accept={types}
        aria-label="Your picture"
        data-purpose="avatar"
        onChange={(event) => {
          avatar.choose(event.target.files?.[0])
          event.target.value = ''
        }}
      />
      <input
        ref={chooseBanner}
        type="file"
        hidden
        accept={types}
        aria-label="Your banner"
        data-purpose="banner"
        onChange={(event) => {
          banner.choose(event.target.files?.[0])
          event.target.value = ''
        }}
      />
    </div>
  )
}
