import type { OwnProfile } from '@/api/types'
import { Pictures } from '@/profile/Pictures'
import { Scene } from './Scene'

/** A picture, and a banner. */
export default function Face({ profile, onBack, onNext }: { profile: OwnProfile; onBack: () => void; onNext: () => void }) {
  return (
    <Scene title="Show your face" lead="A picture makes it far more likely that people answer." onBack={onBack} onNext={onNext}>
      <div className="-mx-5 sm:-mx-8">
        <Pictures profile={profile} />
      </div>
    </Scene>
  )
}
