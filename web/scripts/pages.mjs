// Every page of the site and what opens on it, as it is looked at: for pictures, and by axe.
import { doors } from './pages/doors.mjs'
import { people } from './pages/people.mjs'
import { posts } from './pages/posts.mjs'
import { settings } from './pages/settings.mjs'
import { staff } from './pages/staff.mjs'
import { unseen } from './routes.mjs'

/**
 * All of them, each with:
 *   name    of its picture
 *   path    where it is
 *   as      who looks; a visitor where it is nobody
 *   h1      its heading: whoever is sent elsewhere, or refused, sees another
 *   before  what is arranged before somebody goes there
 *   first   what is pressed before it is looked at
 *   dialog  the name of what is open then; where none is named, none may be
 *   sees    words that are in sight then
 *   after   what takes back what was done, for the next page
 *   whole   it is longer than a window: a picture of all of it, too
 *   fails   it is about something that fails, and the browser says so
 */
export function pagesOf(world) {
  const pages = [doors, posts, people, settings, staff].flatMap((some) => some(world))
  const twice = pages.find(({ name }, index) => pages.findIndex((one) => one.name === name) !== index)
  if (twice) throw new Error(`two pages are called ${twice.name}`)
  const missed = unseen(pages.filter(({ fails }) => !fails).map(({ path }) => path))
  if (missed.length > 0) throw new Error(`nobody looks at ${missed.join(', ')}: add it to scripts/pages`)
  return pages
}

/** Who looks, each with what they look at. */
export function byPerson(pages) {
  return [...new Set(pages.map(({ as }) => as))].map((person) => [person, pages.filter(({ as }) => as === person)])
}
