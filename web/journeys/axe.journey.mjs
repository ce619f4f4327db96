import { excess, inTheme, look, visit } from '../scripts/look.mjs'
import { byPerson, pagesOf } from '../scripts/pages.mjs'
import { scene } from '../scripts/scene.mjs'
import { check } from './lib/see.mjs'

export const title = 'axe finds nothing serious on any page in both themes, and none is wider than its window'

/** Both themes in both sizes. The keyboard alone sees the same pages. */
export const sizes = ['desk', 'phone']
/** The people of the scene have names of their own. */
export const isAlone = true

export default async function ({ browser, open, system }) {
  const found = []
  // A page comes in the theme that the one before it was left in, and is looked at in the other one, too.
  const themes = ['light', 'dark']
  for (const [someone, theirs] of byPerson(pagesOf(await scene(system, browser)))) {
    const page = await open(someone, { colorScheme: themes[0], reducedMotion: 'reduce' })
    for (const entry of theirs) {
      await visit(page, entry, async () => {
        for (const theme of themes) {
          await inTheme(page, theme)
          const serious = (await look(page)).found.filter(({ isSerious }) => isSerious)
          found.push(...serious.map(({ words }) => `${entry.name} (${theme}): ${words}`))
        }
        if ((await excess(page)) > 0) found.push(`${entry.name}: wider than the window`)
        themes.reverse()
      })
    }
    await page.context().close()
  }
  check(found.length === 0, `nothing is found: ${found.join('; ')}`)
}
