// The browser of this machine: Debian's chromium, what a Mac has, or what CHROMIUM names.
import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

const known = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
].filter(Boolean)

/** Opens it, with these arguments besides those that every run has. */
export async function openBrowser(...more) {
  const executablePath = known.find((path) => existsSync(path))
  if (!executablePath) throw new Error(`No browser is found at ${known.join(', ')}. Install chromium, or say where it is: CHROMIUM=/path`)
  const args = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-quic', '--disable-dev-shm-usage', ...more]
  if (process.getuid?.() === 0) args.push('--no-sandbox')
  return chromium.launch({ executablePath, args, headless: true })
}

export const desk = { viewport: { width: 1280, height: 900 } }
export const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true }
