// What people press and type on the app; each is one interaction or several.

async function applaud(page, button) {
  const isPressed = (await button.getAttribute('aria-pressed')) === 'true'
  await button.click()
  await button.and(page.locator(`[aria-pressed=${!isPressed}]`)).waitFor()
}

/** Each with the page that it is done on, by the name in scripts/pages. It is done anew in each round. */
export const deeds = [
  ['writes a post', 'home', async (page) => await page.getByLabel('What are you working on?').pressSequentially('What one types on a slow phone.', { delay: 60 })],
  ['sends a post', 'new-post', async (page, round) => {
    const words = `What one sends from a slow phone, take ${round}.`
    await page.getByLabel('What are you working on?').fill(words)
    await page.getByRole('button', { name: 'Post', exact: true }).click()
    await page.getByRole('article').filter({ hasText: words }).getByRole('button', { name: 'Applause' }).waitFor()
  }],
  ['opens a menu', 'home', async (page) => {
    await page.getByRole('button', { name: 'More' }).first().click()
    await page.getByRole('menu').waitFor()
  }],
  ['reacts', 'home', async (page) => await applaud(page, page.getByRole('button', { name: /^Applause/ }).first())],
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
  ['sends a comment', 'post', async (page, round) => {
    const words = `A comment from a slow phone, take ${round}.`
    await page.getByRole('textbox', { name: 'Write a comment' }).fill(words)
    await page.getByRole('button', { name: 'Comment', exact: true }).click()
    await page.getByRole('article', { name: /^Comment by/ }).filter({ hasText: words }).waitFor()
  }],
  ['types into the search', 'search-empty', async (page) => {
    await page.getByRole('combobox').pressSequentially('theo', { delay: 80 })
    await page.getByRole('option', { name: /Theo Brandt/ }).waitFor()
  }],
  ['changes the theme', 'settings-appearance', async (page, round) => {
    const theme = round % 2 === 0 ? 'Dark' : 'Light'
    await page.getByText(theme, { exact: true }).click()
    await page.waitForFunction((chosen) => document.documentElement.dataset.theme === chosen, theme.toLowerCase())
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
    await applaud(page, last.getByRole('button', { name: /^Applause/ }))
  }],
]

/** A list that goes on for a while. */
export async function longList(writer, length = 40) {
  for (let number = 1; number <= length; number++) {
    await writer.post('/posts', { content: `Number ${number} of many: the one thing I would tell anybody who begins is to listen for longer than is comfortable.`, visibility: 'public' })
  }
}
