// Before anything is painted: the theme that was chosen here, else what the system prefers. And, as nothing can be shown
// before it is known, who is here: asked while the program itself is still on its way.
;(function () {
  var chosen = null
  try {
    chosen = localStorage.getItem('joint.theme')
  } catch {
    // Storage may be forbidden; then the system decides.
  }
  var dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
  window.jointMe = fetch('/api/auth/me', { credentials: 'same-origin' }).catch(function () {
    return null
  })
})()
