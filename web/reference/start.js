// The API's description, made readable. Everything comes from this site: no fonts, no proxy, no telemetry, no agent.

// Styles that are made while the page runs carry the nonce of the answer that brought the page; the policy takes no others.
const nonce = document.querySelector('meta[property=csp-nonce]').content
const create = document.createElement.bind(document)
document.createElement = (name, options) => {
  const element = create(name, options)
  if (name === 'style') element.nonce = nonce
  return element
}

const { createApiReference } = await import('./standalone.esm.js')
createApiReference('#reference', {
  url: '/openapi.json',
  // What is tried out is asked of the site that the page is read on, with the session that the browser has there.
  servers: [{ url: location.origin }],
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  showDeveloperTools: 'never',
  hideClientButton: true,
  persistAuth: false,
  defaultHttpClient: { targetKey: 'shell', clientKey: 'curl' },
  metaData: { title: 'Joint — the API' },
})
