// Before anything is painted: the theme that was chosen here, else what the system prefers. And, as nothing can be shown
// before it is known, who is here and what the page is about: asked while the program itself is still on its way.
;(function () {
  function kept(name) {
    try {
      return localStorage.getItem(name)
    } catch {
      // Storage may be forbidden; then nothing is known.
      return null
    }
  }
  var chosen = kept('joint.theme')
  var dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
  document.querySelectorAll('meta[name=theme-color]').forEach(function (edge) {
    edge.content = dark ? '#0f1113' : '#f5f6f2'
  })

  // The program takes an answer from here instead of asking again; see `src/api/client.ts`.
  var early = (window.jointEarly = {})
  function ask(address) {
    return (early[address] = fetch(address, { credentials: 'same-origin' }).catch(function () {
      return null
    }))
  }
  // Of a profile the widest thing is its banner; in the size in which `src/profile/Banner.tsx` will ask for it.
  function askWithBanner(address) {
    ask(address).then(function (answer) {
      if (!answer || !answer.ok) return
      return answer.clone().json().then(function (profile) {
        if (!profile.bannerUrl) return
        var pixels = Math.min(innerWidth, 1100) * Math.min(Math.ceil(devicePixelRatio), 3)
        window.jointBanner = new Image()
        window.jointBanner.src = profile.bannerUrl.split('?')[0] + '?size=' + pixels
      })
    })
  }
  ask('/api/auth/me')
  var path = location.pathname
  var wasHere = kept('joint.account') !== null
  var person = /^\/u\/([A-Za-z0-9_-]+)$/.exec(path)
  var post = /^\/post\/([0-9a-f-]{36})$/.exec(path)
  // What a page shows first, where its address alone says what that is.
  var ofMembers = {
    '/': ['/api/posts/feed?limit=10'],
    '/welcome': ['/api/users/me'],
    '/network': ['/api/social/requests?limit=30&direction=in', '/api/social/requests?limit=30&direction=out'],
    '/settings/security': ['/api/auth/security-log'],
    '/settings/sessions': ['/api/auth/sessions'],
    '/settings/privacy': ['/api/users/me'],
    '/moderation': ['/api/moderation/reports?state=open'],
    '/admin/accounts': ['/api/admin/accounts'],
    '/admin/queues': ['/api/admin/queues'],
  }
  if (wasHere && path === '/profile/edit') askWithBanner('/api/users/me')
  if (wasHere && location.search === '') (ofMembers[path] || []).forEach(ask)
  if (path === '/explore' && location.search === '') ask('/api/posts?limit=10')
  if (person) askWithBanner('/api/users/' + person[1])
  if (person && location.search === '') ask('/api/users/' + person[1] + '/posts?limit=10')
  if (post) {
    ask('/api/posts/' + post[1])
    ask('/api/posts/' + post[1] + '/comments?limit=50')
  }
  var asked = path === '/search' && new URLSearchParams(location.search)
  if (asked && asked.get('q') && !asked.get('type')) ask('/api/search?q=' + encodeURIComponent(asked.get('q')) + '&limit=5')

  // The pieces of this page, as the build has named them.
  var named = document.querySelector('meta[name=joint-pages]')
  var known = named ? JSON.parse(named.content) : { files: [], pages: {} }
  var pieces = known.pages[path === '/' && wasHere ? '/!' : path] || known.pages['/' + path.split('/')[1] + '/'] || known.pages['/*'] || []
  // The letters of all texts come when those have, and those of headings when these have; see `index.html`. So the program finds them
  // under way when it asks: V8 notes where a request began, and to know the line it would parse the whole program once more.
  var letters = [].slice.call(document.querySelectorAll('link[rel=letters]'))
  function fetchLetters() {
    var next = letters.shift()
    if (!next) return
    next.onload = next.onerror = fetchLetters
    next.rel = 'preload'
  }
  var missing = pieces.length
  function came() {
    missing -= 1
    if (missing === 0) fetchLetters()
  }
  if (missing === 0) fetchLetters()
  pieces.forEach(function (piece) {
    var link = document.createElement('link')
    link.rel = 'modulepreload'
    link.crossOrigin = ''
    link.href = '/' + known.files[piece]
    link.onload = link.onerror = came
    document.head.append(link)
  })
})()
