// What is done on a page before it is looked at.

/** Presses the first button of this name that is in sight. */
export const button = (name) => async (page) => await page.getByRole('button', { name }).filter({ visible: true }).first().click()

/** Opens a menu, and chooses from it. */
export const menu = (name, item) => async (page) => {
  await button(name)(page)
  await page.getByRole('menu').waitFor()
  if (item) await page.getByRole('menuitem', { name: item }).click()
}

/** Opens what is folded. */
export const unfold = (words) => async (page) => await page.getByText(words, { exact: true }).first().click()

/** Types into fields, by their labels. */
export const fill = (fields) => async (page) => {
  for (const [label, text] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(text)
}

export const inTurn =
  (...steps) =>
  async (page) => {
    for (const step of steps) await step(page)
  }

/** The answer that comes from there, whoever asks. */
export const answers = (address, status, json) => async (page) => await page.route(address, (route) => route.fulfill({ status, json }))

/** An answer that nobody gets by anything they could do here. */
export const refuses = (address) => answers(address, 400, { error: 'Bad Request', code: 'BROKEN', message: 'That did not work. Try it again in a moment.', requestId: '0' })

/** A toast goes after seconds; here it stays until it was looked at. */
export const keepToasts = async (page) =>
  await page.evaluate(() => {
    const later = window.setTimeout
    window.setTimeout = (done, wait, ...rest) => later(done, wait === 5000 ? 3_600_000 : wait, ...rest)
  })
