import { isRouteErrorResponse, useRouteError } from 'react-router'

/** Outside of every frame. */
export function AllBroken() {
  return (
    <main>
      <Broken />
    </main>
  )
}

/** Something failed here that nobody has foreseen. Nothing fancy: what it needs might be what failed. */
export function Broken() {
  const error = useRouteError()
  const chunk = error instanceof TypeError && /import|module|fetch/i.test(error.message)
  if (isRouteErrorResponse(error)) console.warn(`the router answers ${error.status}`)
  else console.error(error)
  return (
    <div className="mx-auto grid max-w-xl justify-items-start gap-5 px-6 py-20 sm:py-28">
      <p aria-hidden="true" className="slug">
        Int. Control room — Sparks
      </p>
      <h1 className="text-5xl sm:text-6xl">
        We lost the <span className="stroke">line.</span>
      </h1>
      <p role="alert" className="text-lg text-ink-2">
        {chunk ? 'A part of this page could not be loaded. Check your connection, then load it again.' : 'Something went wrong on this page. What you typed is kept; load the page again.'}
      </p>
      <button type="button" className="min-h-11 rounded-full bg-primary px-5 font-semibold text-on-primary hover:bg-primary-hover" onClick={() => location.reload()}>
        Load the page again
      </button>
    </div>
  )
}
