import { excess, look, pagesOf, show } from '../scripts/pages.mjs'
import { scene } from '../scripts/scene.mjs'
import { check } from './lib/see.mjs'

export const title = 'axe finds nothing serious on any page in both themes, and none is wider than its window'

/** Light on a desk, dark on a phone; `make screens` looks at all four. The keyboard alone sees the same pages. */
export const sizes = ['desk', 'phone']
/** The people of the scene have names of their own. */
export const isAlone = true

export default async function ({ browser, open, size, system }) {
  const world = await scene(system, browser)
  const found = []
  const colorScheme = size === 'phone' ? 'dark' : 'light'
  for (const someone of [undefined, world.mara, world.nils, world.theo]) {
    const page = await open(someone, { colorScheme, reducedMotion: 'reduce' })
    for (const { name, path, first } of pagesOf(world).filter((one) => one.as === someone)) {
      await show(page, { path, first })
      const serious = (await look(page)).filter(({ isSerious }) => isSerious)
      found.push(...serious.map(({ words }) => `${name}: ${words}`))
      if ((await excess(page)) > 0) found.push(`${name}: wider than the window`)
    }
    await page.context().close()
  }
  check(found.length === 0, `nothing is found: ${found.join('; ')}`)
}
