import { see } from './lib/see.mjs'

export const title = 'Where letters cannot be fetched, pages are read in others'

export default async function ({ open, person }) {
  const page = await open(await person('Liv Aasen'))
  await page.route('**/*.woff2', (route) => route.abort())
  for (const [path, heading] of [['/', 'Home'], ['/settings', 'Settings'], ['/profile/edit', 'Edit profile']]) {
    await page.goto(path)
    await see(page.getByRole('heading', { level: 1, name: heading }))
  }
}
