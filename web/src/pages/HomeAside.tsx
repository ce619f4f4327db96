import { Link } from 'react-router'
import { SuggestionsBox } from '@/people/Suggestions'
import { ProfileNudge } from '@/shell/ProfileNudge'

/** Beside the feed, where there is room; it may come after it. */
export default function HomeAside() {
  return (
    <>
      <ProfileNudge />
      <SuggestionsBox />
      <p className="px-1 text-sm text-ink-3">
        Looking for somebody? <Link to="/search" className="link">Search people and work</Link>, or see what <Link to="/explore" className="link">everybody posts</Link>.
      </p>
    </>
  )
}
