// What people press and type on the app; each is one interaction or several.

/** Each with the page that it is done on, by the name in scripts/pages. */
export const deeds = [
  ['writes a post', 'home', async (page) => await page.getByLabel('What are you working on?').pressSequentially('What one types on a slow phone.', { delay: 60 })],
  ['sends a post', 'new-post', async (page) => {
    await page.getByLabel('What are you working on?').fill('What one sends from a slow phone.')
    await page.getByRole('button', { name: 'Post', exact: true }).click()
    await page.getByRole('article').filter({ hasText: 'What one sends' }).getByRole('button', { name: 'Applause' }).waitFor()
  }],
  ['opens a menu', 'home', async (page) => {
    await page.getByRole('button', { name: 'More' }).first().click()
    await page.getByRole('menu').waitFor()
  }],
  ['reacts', 'home', async (page) => {
    await page.getByRole('button', { name: /^Applause/ }).first().click()
    await page.getByRole('button', { name: /^Applause/, pressed: true }).first().waitFor()
  }],
  ['goes to another page and back', 'home', async (page) => {
    await page.getByRole('link', { name: 'Explore' }).last().click()
    await page.getByRole('heading', { level: 1, name: 'Explore' }).waitFor()
    await page.getByRole('link', { name: 'Home' }).last().click()
    await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor()
  }],
  ['changes the tab of a profile', 'profile', async (page) => {
    await page.getByRole('tab', { name: /^Credits/ }).click()
    await page.getByText('The Cardboard Ferry').waitFor()
  }],
  ['opens a picture', 'post-pictures', async (page) => {
    await page.getByRole('button', { name: /^Open picture/ }).first().click()
    await page.getByRole('dialog').getByRole('img').evaluate((image) => image.decode())
  }],
  ['writes a comment', 'post', async (page) => await page.getByRole('textbox', { name: 'Write a comment' }).pressSequentially('A comment on a slow phone.', { delay: 60 })],
  ['sends a comment', 'post', async (page) => {
    await page.getByRole('textbox', { name: 'Write a comment' }).fill('A comment from a slow phone.')
    await page.getByRole('button', { name: 'Comment', exact: true }).click()
    await page.getByRole('article', { name: /^Comment by/ }).filter({ hasText: 'A comment from a slow phone.' }).waitFor()
  }],
  ['types into the search', 'search-empty', async (page) => {
    await page.getByRole('combobox').pressSequentially('theo', { delay: 80 })
    await page.getByRole('option', { name: /Theo Brandt/ }).waitFor()
  }],
  ['changes the theme', 'settings-appearance', async (page) => {
    await page.getByText('Dark', { exact: true }).click()
    await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark')
  }],
  ['opens a dialog', 'edit-profile', async (page) => {
    await page.getByRole('button', { name: 'Add a credit' }).click()
    await page.getByRole('dialog').waitFor()
  }],
  ['scrolls to the end of a long list, and reacts there', 'long', async (page) => {
    const last = page.getByRole('article').filter({ hasText: 'Number 1 of many' })
    while ((await last.count()) === 0) {
      await page.mouse.wheel(0, 700)
      await page.evaluate(() => new Promise(requestAnimationFrame))
    }
    await last.getByRole('button', { name: /^Applause/ }).click()
    await last.getByRole('button', { name: /^Applause/, pressed: true }).waitFor()
  }],
]

/** A list that goes on for a while. */
export async function longList(writer, length = 40) {
  for (let number = 1; number <= length; number++) {
    await writer.post('/posts', { content: `Number ${number} of many: the one thing I would tell anybody who begins is to listen for longer than is comfortable.`, visibility: 'public' })
  }
}
