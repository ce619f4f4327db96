import { useLocation } from 'react-router'
import { useTitle } from '@/lib/useTitle'
import { useSession } from '@/session/SessionContext'
import { ButtonLink } from '@/ui/Button'

export default function NotFound() {
  useTitle('Not found')
  const { account } = useSession()
  const { pathname, search } = useLocation()
  return (
    <div className="mx-auto grid max-w-xl justify-items-start gap-5 px-6 py-20 sm:py-28">
      <p aria-hidden="true" className="slug">
        Ext. Nowhere — Fog
      </p>
      <h1 className="text-5xl sm:text-6xl">
        This scene was <span className="stroke">cut.</span>
      </h1>
      <p className="text-lg text-ink-2">There is nothing at this address, or it is not meant for you. It may have been removed, or the link lost a letter on its way.</p>
      <div className="flex flex-wrap gap-3">
        <ButtonLink to="/">Go home</ButtonLink>
        <ButtonLink to="/search" look="plain">
          Search
        </ButtonLink>
        {/* Of pages that are not for everybody nobody else learns, and whoever was logged out finds the way back. */}
        {!account && (
          <ButtonLink to={`/login?next=${encodeURIComponent(pathname + search)}`} look="plain">
            Log in
          </ButtonLink>
        )}
      </div>
    </div>
  )
}
