/** Where to go after logging in: only to a page of this site, as the browser reads the address. */
export function safeNext(next: string | null): string {
  if (!next?.startsWith('/') || !URL.canParse(next, location.origin)) return '/'
  const { origin, pathname, search, hash } = new URL(next, location.origin)
  // Two slashes at its beginning would name another site when it is read once more.
  return origin === location.origin && !pathname.startsWith('//') ? pathname + search + hash : '/'
}
