// What is written and read: feeds, posts, comments, and everything that opens there.
import { button, fill, inTurn, keepToasts, menu, refuses } from './steps.mjs'

/** As the network is away: what was sent waits. */
const sendOffline = async (page) => {
  await page.context().setOffline(true)
  await fill({ 'What are you working on?': 'Written in a tunnel between two studios.' })(page)
  await button('Post')(page)
  await page.getByRole('button', { name: 'Throw away' }).waitFor()
}
const throwAway = async (page) => {
  await button('Throw away')(page)
  await page.context().setOffline(false)
}

/** Files on their way into a post, and where one of them is described. */
const attach = (still, page) =>
  page.getByLabel('Files to attach').setInputFiles([
    { name: 'still.png', mimeType: 'image/png', buffer: still },
    { name: 'too-much.wav', mimeType: 'audio/wav', buffer: Buffer.from('no sound at all') },
  ])
const attached = (still) => async (page) => {
  await attach(still, page)
  await page.getByText(/^Ready/).waitFor()
  await page.getByRole('button', { name: 'Try again: too-much.wav' }).waitFor()
}

export const posts = ({ mara, nils, lena, post, board, reel, circle, hidden, still }) => {
  const at = { path: `/post/${post}`, as: mara, h1: 'Post by Mara Lindqvist' }
  const sheet = { path: `/post/${board}`, as: mara, h1: 'Post by Mara Lindqvist' }
  const home = { path: '/', as: mara, h1: 'Home' }
  return [
    { name: 'explore-visitor', path: '/explore', h1: 'Explore' },
    { name: 'post-visitor', path: `/post/${post}`, h1: 'Post by Mara Lindqvist', sees: /to comment\.$/ },
    { name: 'post-not-for-visitors', path: `/post/${circle}`, h1: 'Post', sees: 'This post is not for everybody', fails: true },
    { name: 'home', ...home, whole: true },
    { name: 'home-menu', ...home, first: menu('More') },
    { name: 'home-toast', ...home, first: inTurn(keepToasts, menu('More', 'Copy the address')), sees: /^The address (is|could not be) copied$/ },
    { name: 'home-account', ...home, first: menu('Your account') },
    { name: 'home-offline', ...home, first: sendOffline, after: throwAway, sees: /^You are offline\./, fails: true },
    { name: 'home-newcomer', path: '/', as: nils, h1: 'Home', sees: 'It is quiet here' },
    { name: 'post-not-for-others', path: `/post/${circle}`, as: nils, h1: 'Post', sees: 'This post is not for everybody', fails: true },
    { name: 'explore', path: '/explore', as: mara, h1: 'Explore' },
    { name: 'explore-tag', path: '/explore?tag=casting', as: mara, h1: 'casting' },
    { name: 'explore-trouble', path: '/explore', as: mara, h1: 'Explore', before: refuses(/\/api\/posts\?/), sees: 'Try again', fails: true },
    // After a reload that helped nothing.
    { name: 'broken', path: '/explore', as: mara, h1: 'We lost the line.', before: async (page) => await page.route('**/assets/Explore-*.js', (route) => route.abort()), fails: true },
    { name: 'new-post', path: '/new', as: mara, h1: 'New post' },
    { name: 'new-post-files', path: '/new', as: lena, h1: 'New post', first: attached(still), sees: 'still.png', fails: true },
    { name: 'new-post-describe', path: '/new', as: lena, h1: 'New post', first: button('Add a description: still.png'), sees: 'What does the picture show?' },
    { name: 'post', ...at, whole: true },
    { name: 'post-reacted', ...at, first: button('3 reactions'), dialog: 'Who reacted' },
    { name: 'post-edit-comment', ...at, first: button('Edit your comment'), sees: 'Save' },
    { name: 'post-reply', ...at, first: button('Reply to Inês Carvalho'), sees: 'Cancel' },
    { name: 'post-delete', ...at, first: menu('More', 'Delete'), dialog: 'Delete this post?' },
    { name: 'post-pictures', ...sheet, sees: 'ALT' },
    { name: 'post-edit', ...sheet, first: menu('More', 'Edit'), dialog: 'Edit the post' },
    { name: 'post-picture', ...sheet, first: button(/^Open picture/), dialog: "Pictures of Mara Lindqvist's post" },
    { name: 'post-files', path: `/post/${reel}`, as: mara, h1: 'Post by Theo Brandt', sees: /\(PDF\)/, whole: true },
    { name: 'post-report', path: `/post/${reel}`, as: mara, h1: 'Post by Theo Brandt', first: menu('More', 'Report'), dialog: 'Report this post' },
    { name: 'post-hidden', path: `/post/${hidden}`, as: lena, h1: 'Post by Lena Falk', sees: /^Hidden by a moderator/ },
  ]
}
