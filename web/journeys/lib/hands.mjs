// What a person does: with a pointer, with a finger, or with the keyboard alone. Then a target is reached by Tab, as it is by a
// person, and what has the focus is seen to have it.
import { until } from './people.mjs'

const keyboards = new WeakSet()
const fingers = new WeakSet()

/** From now on this page is touched. */
export const fingerAlone = (page) => fingers.add(page)

/** From now on nobody points at anything on this page. */
export const keyboardAlone = (page) => keyboards.add(page)
const isKeyboard = (locator) => keyboards.has(locator.page())

const focused = (locator) => locator.evaluate((element) => element === document.activeElement)

/** How an element looks, and what is around it: a box around a field may show the focus for the field. */
const look = (locator) =>
  locator.evaluate((element) => {
    const around = [element, element.parentElement, element.closest('label')].filter(Boolean)
    const styles = around.flatMap((one) => [getComputedStyle(one), getComputedStyle(one, '::after')])
    return styles.map(({ outlineStyle, outlineWidth, outlineColor, boxShadow, backgroundColor }) => (outlineStyle === 'none' ? 'none' : `${outlineStyle} ${outlineWidth} ${outlineColor}`) + boxShadow + backgroundColor).join('; ')
  })

/** Walks there by Tab. */
export async function reach(locator) {
  await locator.waitFor({ state: 'attached' })
  const page = locator.page()
  const unfocused = (await focused(locator)) ? null : await look(locator)
  let before = null
  let turns = 0
  for (let stop = 0; stop < 600; stop++) {
    const way = await locator.evaluate((element) => {
      const now = document.activeElement
      if (now === element) return null
      if (!now || now === document.body || now.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING) return 'Tab'
      return 'Shift+Tab'
    })
    if (way === null) return await seen(locator, unfocused)
    // Passed over it, back and forth: it takes no focus.
    if (before && way !== before) turns += 1
    if (turns > 3) break
    before = way
    await page.keyboard.press(way)
  }
  throw new Error(`the keyboard does not reach ${locator}`)
}

/** What lies above an element; `null` when some of it is in sight. */
const above = (locator) =>
  locator.evaluate((element) => {
    const around = [element, element.closest('label')].filter(Boolean)
    const places = [[0.5, 0.5], [0.1, 0.1], [0.9, 0.1], [0.1, 0.9], [0.9, 0.9]]
    const tops = around.flatMap((one) => {
      const { left, top, width, height } = one.getBoundingClientRect()
      return places.map(([x, y]) => [one, document.elementFromPoint(left + width * x, top + height * y)])
    })
    if (tops.some(([one, top]) => one.contains(top))) return null
    return tops[0][1]?.outerHTML.slice(0, 100) ?? 'the edge of the window'
  })

/** What has the focus shows it, looks other than before, and nothing lies above it but a message that goes by itself. */
async function seen(locator, unfocused) {
  // It may fade in.
  if (unfocused !== null) await until(`one sees that the focus is at ${locator}`, async () => (await look(locator)) !== unfocused, 20_000)
  await until(`${locator} is in sight`, async () => {
    const what = await above(locator)
    if (what !== null) throw new Error(`it is below ${what}`)
    return true
  }, 20_000)
}

/** Walks there by arrows, within what has the focus. */
async function walk(locator, key, most = 40) {
  const page = locator.page()
  const unfocused = (await focused(locator)) ? null : await look(locator)
  for (let step = 0; step < most; step++) {
    if (await focused(locator)) return await seen(locator, unfocused)
    // Down and up, as it lies.
    const isBefore = key === 'ArrowDown' && (await locator.evaluate((element) => Boolean(document.activeElement?.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING)))
    const before = await page.evaluateHandle(() => document.activeElement)
    await page.keyboard.press(isBefore ? 'ArrowUp' : key)
    // A menu gives the focus on a moment later; a second key would lead past.
    await page.waitForFunction((last) => document.activeElement !== last, before, { timeout: 1000 }).catch(() => undefined)
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
    const target = isChoice ? locator.locator('xpath=ancestor::label') : locator
    // A film is started by its own button, in the corner that browsers have it in: the first touch may only show that.
    const film = await locator.evaluate((element) => element.tagName === 'VIDEO' && element.clientHeight)
    if (film && fingers.has(page)) return await target.tap({ position: { x: 24, y: film - 24 } })
    return await (fingers.has(page) ? target.tap() : target.click())
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
      await page.keyboard.press('Enter')
      return await page.getByRole('menu').waitFor({ state: 'detached' })
    case 'video':
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

/** Moves a slider to a place. */
export async function slide(locator, value) {
  if (!isKeyboard(locator)) return await locator.fill(String(value))
  await reach(locator)
  while (Number(await locator.inputValue()) < value) await locator.page().keyboard.press('PageUp')
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
  const [chooser] = await Promise.all([button.page().waitForEvent('filechooser'), press(button)])
  await chooser.setFiles(files)
}

/** Takes a handle and lets it go where the other one is, above it, once it is there: with a pointer or a finger. */
export async function drag(handle, other, isThere) {
  const page = handle.page()
  await handle.scrollIntoViewIfNeeded()
  const middle = async (locator) => {
    const { x, y, width, height } = await locator.boundingBox()
    return { x: x + width / 2, y: y + height / 2 }
  }
  const [from, to] = [await middle(handle), await middle(other)]
  const way = Array.from({ length: 12 }, (_, step) => ({ x: from.x, y: from.y + ((to.y - 8 - from.y) * (step + 1)) / 12 }))
  if (!fingers.has(page)) {
    await page.mouse.move(from.x, from.y)
    await page.mouse.down()
    for (const { x, y } of way) await page.mouse.move(x, y)
    await isThere()
    await page.mouse.up()
    return await clicked(page)
  }
  const session = await page.context().newCDPSession(page)
  // It comes to rest before it lets go; what was thrown would run on, and the next tap only stop that.
  let moment = Date.now() / 1000 - 1
  const touch = (type, touchPoints, later) => session.send('Input.dispatchTouchEvent', { type, touchPoints, timestamp: (moment += later) })
  await touch('touchStart', [from], 0)
  for (const point of way) await touch('touchMove', [point], 0.016)
  await isThere()
  await touch('touchEnd', [], 0.5)
  await session.detach()
  await clicked(page)
}

/**
 * Until the page takes clicks again. For 50 ms after something is let go, dnd-kit takes every click for the one that ends the drag
 * and keeps it (`AbstractPointerSensor.detach`): no person is as quick, but this is.
 */
const clicked = (page) =>
  page.waitForFunction(() => {
    let isHeard = false
    const html = document.documentElement
    html.addEventListener('click', () => (isHeard = true), { once: true })
    html.dispatchEvent(new MouseEvent('click', { bubbles: true }))
    return isHeard
  })

/** The next request of this kind stays in the page and is never answered. */
export const holdNext = (page, method) =>
  page.evaluate((held) => {
    const { fetch } = window
    window.fetch = (asked, ...more) => {
      if (asked.method !== held) return fetch(asked, ...more)
      window.fetch = fetch
      return new Promise(() => undefined)
    }
  }, method)

/** Drops files from the desk onto something. */
export async function drop(locator, files) {
  const data = await locator.page().evaluateHandle(
    (given) => {
      const transfer = new DataTransfer()
      for (const { name, mimeType, base64 } of given) transfer.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name, { type: mimeType }))
      return transfer
    },
    files.map(({ name, mimeType, buffer }) => ({ name, mimeType, base64: buffer.toString('base64') })),
  )
  for (const type of ['dragenter', 'dragover', 'drop']) await locator.dispatchEvent(type, { dataTransfer: data })
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
  for (;;) {
    // Counted first: what comes by itself before it is looked for is in sight then.
    const known = await entries.count()
    if ((await locator.count()) > 0) return
    // A key goes to the end that was painted last; what has just come may not be.
    await until(`there are more than ${known}`, async () => {
      await scrollDown(page)
      return (await entries.count()) > known
    })
  }
}
