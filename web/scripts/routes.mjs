// What `src/router.tsx` leads to, read from its text: what it names cannot be loaded here.
import { readFileSync } from 'node:fs'
import { matchRoutes } from 'react-router'
import ts from 'typescript'

/** The module of `page(() => import('./…'))`, below `src`. */
function imported(lazy) {
  let found
  const find = (node) => {
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) found = node.arguments[0].text.replace(/^\.\//, '')
    ts.forEachChild(node, find)
  }
  if (lazy) find(lazy)
  return found
}

/** Routes as the router has them: their path or `index`, the module that is fetched for them, and what stands below. */
function tree() {
  const file = ts.createSourceFile('router.tsx', readFileSync('src/router.tsx', 'utf8'), ts.ScriptTarget.Latest)
  const lists = new Map()
  let root
  const find = (node) => {
    if (ts.isVariableDeclaration(node) && node.initializer && ts.isArrayLiteralExpression(node.initializer)) lists.set(node.name.text, node.initializer)
    if (ts.isCallExpression(node) && node.expression.text === 'createBrowserRouter') root = node.arguments[0]
    ts.forEachChild(node, find)
  }
  find(file)
  const read = (list) =>
    (ts.isIdentifier(list) ? lists.get(list.text) : list).elements.map((route) => {
      const of = Object.fromEntries(route.properties.map((property) => [property.name.text, property.initializer]))
      return { path: of.path?.text, index: of.index !== undefined, module: imported(of.lazy), children: of.children && read(of.children) }
    })
  return read(root)
}

/** The routes that none of these addresses leads to. */
export function unseen(paths) {
  const routes = tree()
  const seen = new Set(paths.map((path) => matchRoutes(routes, path)?.at(-1).route))
  const missed = (route, above) => {
    const path = [above, route.path].filter(Boolean).join('/')
    if (route.children) return route.children.flatMap((child) => missed(child, path))
    return seen.has(route) ? [] : [`/${path}`]
  }
  return routes.flatMap((route) => missed(route, ''))
}

/** Each address that is a page of its own, as the router writes it, with the modules that are fetched for it. */
export function pageModules() {
  const below = (route, above, modules) => {
    const path = [above, route.path].filter(Boolean).join('/')
    const all = route.module ? [...modules, route.module] : modules
    return route.children ? route.children.flatMap((child) => below(child, path, all)) : [[`/${path}`, all]]
  }
  return tree().flatMap((route) => below(route, '', []))
}
