import { Link } from 'react-router'
import { excerptPieces, runs } from '@/lib/words'

/** What people wrote, with its links, names and tags. */
export function Words({ text }: { text: string }) {
  return runs(text).map((run, index) => {
    switch (run.kind) {
      case 'link':
        return (
          <a key={index} href={run.text} rel="noreferrer nofollow ugc" target="_blank" className="link break-all">
            {run.text.replace(/^https?:\/\/(www\.)?/, '')}
          </a>
        )
      case 'mention':
        return (
          <Link key={index} to={`/u/${run.text}`} className="link">
            @{run.text}
          </Link>
        )
      case 'tag':
        return (
          <Link key={index} to={`/explore?tag=${encodeURIComponent(run.text.toLowerCase())}`} className="link">
            #{run.text}
          </Link>
        )
      case 'text':
        return run.text
    }
  })
}

/** An excerpt with what was found marked, as in a script. */
export function Excerpt({ html }: { html: string }) {
  return excerptPieces(html).map((piece, index) => (piece.found ? <mark key={index}>{piece.text}</mark> : piece.text))
}
