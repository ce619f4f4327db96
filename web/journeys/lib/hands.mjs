// What a person does: with a pointer, or with the keyboard alone. Then a target is reached by Tab, as it is by a person, and
// what has the focus is seen to have it.
const keyboards = new WeakSet()

/** From now on nobody points at anything on this page. */
export const keyboardAlone = (page) => keyboards.add(page)
const isKeyboard = (locator) => keyboards.has(locator.page())

const focused = (locator) => locator.evaluate((element) => element === document.activeElement)

/** Walks there by Tab. */
async function reach(locator) {
  await locator.waitFor({ state: 'attached' })
  const page = locator.page()
  let before = null
  let turns = 0
  for (let stop = 0; stop < 600; stop++) {
    const way = await locator.evaluate((element) => {
      const now = document.activeElement
      if (now === element) return null
      if (!now || now === document.body || now.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING) return 'Tab'
      return 'Shift+Tab'
    })
    if (way === null) return await seen(locator)
    // Passed over it, back and forth: it takes no focus.
    if (before && way !== before) turns += 1
    if (turns > 3) break
    before = way
    await page.keyboard.press(way)
  }
  throw new Error(`the keyboard does not reach ${locator}`)
}

/** What has the focus shows it. */
async function seen(locator) {
  const shows = await locator.evaluate((element) => {
    const marked = (style) => (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none'
    // A box around a field may show it for the field.
    const around = [element, element.parentElement, element.closest('label')].filter(Boolean)
    return around.some((one) => marked(getComputedStyle(one)) || marked(getComputedStyle(one, '::after')))
  })
  if (!shows) throw new Error(`one does not see that the focus is at ${locator}`)
}

async function walk(locator, key, most = 40) {
  for (let step = 0; step < most; step++) {
    if (await focused(locator)) return
    await locator.page().keyboard.press(key)
  }
  throw new Error(`${key} does not lead to ${locator}`)
}

/** Presses a link, a button, a tab, an entry of a menu, a choice. */
export async function press(locator) {
  const page = locator.page()
  if (!isKeyboard(locator)) {
    await locator.waitFor({ state: 'attached' })
    // A choice is drawn by its label.
    const isChoice = await locator.evaluate((element) => element instanceof HTMLInputElement && element.type === 'radio')
    return await (isChoice ? locator.locator('xpath=ancestor::label') : locator).click()
  }
  await locator.waitFor({ state: 'attached' })
  const role = await locator.evaluate((element) => element.getAttribute('role') ?? (element instanceof HTMLInputElement ? element.type : element.tagName.toLowerCase()))
  switch (role) {
    case 'tab':
      // Of a row of tabs, the chosen one is a stop; arrows lead to the others and choose them.
      await reach(locator.locator('xpath=ancestor::*[@role="tablist"]').locator('[role=tab][aria-selected=true]'))
      return await walk(locator, 'ArrowRight')
    case 'radio': {
      const name = await locator.getAttribute('name')
      const all = page.locator(`input[type=radio][name="${name}"]`)
      const chosen = page.locator(`input[type=radio][name="${name}"]:checked`)
      await reach((await chosen.count()) > 0 ? chosen : all.first())
      await walk(locator, 'ArrowDown')
      if (!(await locator.isChecked())) await page.keyboard.press('Space')
      return
    }
    case 'menuitem':
      await page.waitForFunction(() => document.activeElement?.closest('[role=menu]'))
      await walk(locator, 'ArrowDown')
      return await page.keyboard.press('Enter')
    case 'switch':
    case 'checkbox':
      await reach(locator)
      return await page.keyboard.press('Space')
    default:
      await reach(locator)
      return await page.keyboard.press('Enter')
  }
}

/** Writes into a field, in place of what is there. */
export async function write(locator, text) {
  if (!isKeyboard(locator)) return await locator.fill(text)
  await reach(locator)
  const { keyboard } = locator.page()
  await keyboard.press('ControlOrMeta+A')
  if (text === '') await keyboard.press('Delete')
  else await keyboard.type(text)
}

/** Chooses from a list that opens. */
export async function choose(locator, label) {
  if (!isKeyboard(locator)) return await locator.selectOption({ label })
  await reach(locator)
  const chosen = () => locator.evaluate((select) => select.selectedOptions[0]?.label)
  const { keyboard } = locator.page()
  await keyboard.press('Home')
  for (let step = 0; step < 40 && (await chosen()) !== label; step++) await keyboard.press('ArrowDown')
  if ((await chosen()) !== label) throw new Error(`${locator} has no ${label}`)
}

/** Gives files to the button that asks for them. */
export async function attach(button, files) {
  const chooser = button.page().waitForEvent('filechooser')
  await press(button)
  await (await chooser).setFiles(files)
}

/** Picks up, moves and puts down with the keyboard, whatever else there is. */
export async function grab(locator) {
  if (isKeyboard(locator)) await reach(locator)
  else await locator.focus()
  await locator.page().keyboard.press('Space')
}

/** To the end of the page. */
async function scrollDown(page) {
  if (keyboards.has(page)) await page.keyboard.press('End')
  else await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight))
}

/** Goes down a list that goes on by itself until this is in it. */
export async function seek(locator, entries) {
  const page = locator.page()
  await entries.first().waitFor()
  while ((await locator.count()) === 0) {
    const known = await entries.count()
    await scrollDown(page)
    await entries.nth(known).waitFor({ state: 'attached' })
  }
}
