import { useSearchParams } from 'react-router'
import { useTitle } from '@/lib/useTitle'
import { Door } from '@/shell/Door'

/** After an account was deleted: where its receipt is. */
export default function Receipt() {
  useTitle('Deleted')
  const [search] = useSearchParams()
  const asked = search.get('receipt') ?? ''
  let receipt: string | null = null
  try {
    const url = new URL(asked, location.origin)
    // Only ours: what stands in an address can be written by anybody.
    if (url.origin === location.origin) receipt = url.href
  } catch {
    receipt = null
  }
  return (
    <Door place="The empty stage" title="Goodbye">
      <p className="text-lg">Your account is being erased. Each part of Joint confirms it on your receipt.</p>
      {receipt && (
        <p className="mt-5">
          <a href={receipt} className="link font-semibold break-all">
            {receipt}
          </a>
          <br />
          <span className="text-ink-2">Keep this address: it can be read for 30 days.</span>
        </p>
      )}
    </Door>
  )
}
