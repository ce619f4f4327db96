import { act, createElement as e } from 'react'
import { createRoot, type Root } from 'react-dom/client'
import { MemoryRouter } from 'react-router'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Dialog } from './Dialog'

vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true)
let root: Root
const onClose = vi.fn()

beforeEach(() => {
  onClose.mockReset()
  root = createRoot(document.body.appendChild(document.createElement('div')))
  act(() => root.render(e(MemoryRouter, null, e(Dialog, { title: 'A dialog', onClose, children: e('textarea') }))))
})
afterEach(() => {
  act(() => root.unmount())
  document.body.innerHTML = ''
})

const find = <T extends HTMLElement>(selector: string): T => {
  const found = document.querySelector<T>(selector)
  if (!found) throw new Error(`there is no ${selector}`)
  return found
}
const dialog = () => find<HTMLDialogElement>('dialog')
const press = (at: Element, letGo = at) =>
  act(() => {
    at.dispatchEvent(new Event('pointerdown', { bubbles: true }))
    letGo.dispatchEvent(new Event('click', { bubbles: true }))
  })
const type = () =>
  act(() => {
    find('textarea').dispatchEvent(new Event('input', { bubbles: true }))
  })
const escape = () =>
  act(() => {
    dialog().dispatchEvent(new Event('cancel', { cancelable: true }))
  })

it('closes by its backdrop, when it was pressed there as well', () => {
  press(find('textarea'), dialog())
  expect(onClose).not.toHaveBeenCalled()
  press(dialog())
  expect(onClose).toHaveBeenCalledOnce()
})

it('asks before what was typed goes', () => {
  type()
  press(dialog())
  escape()
  expect(onClose).not.toHaveBeenCalled()
  const [goOn, throwAway] = find('[role=alert]').querySelectorAll('button')
  expect(document.activeElement).toBe(goOn)
  act(() => throwAway?.click())
  expect(onClose).toHaveBeenCalledOnce()
})

it('asks nothing where nothing was typed', () => {
  escape()
  expect(onClose).toHaveBeenCalledOnce()
})
