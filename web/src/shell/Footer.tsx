import { Link } from 'react-router'

export function Footer() {
  return (
    <footer className="border-t border-line">
      <div className="mx-auto flex max-w-6xl flex-wrap items-center justify-between gap-x-8 gap-y-3 px-4 py-8 text-sm text-ink-3 sm:px-6 3xl:max-w-7xl">
        <p className="slug">Fade out.</p>
        <nav aria-label="More" className="flex flex-wrap gap-x-5 gap-y-2">
          <Link to="/explore" className="hover:text-ink hover:underline">
            Explore
          </Link>
          <Link to="/signup" className="hover:text-ink hover:underline">
            Sign up
          </Link>
          <a href="/docs" className="hover:text-ink hover:underline">
            For developers
          </a>
        </nav>
      </div>
    </footer>
  )
}
