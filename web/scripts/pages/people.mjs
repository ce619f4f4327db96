// People: profiles and how they are made, the network, the search.
import { button, menu, refuses } from './steps.mjs'

const typeAhead = async (page) => {
  await page.getByRole('combobox').pressSequentially('the')
  await page.getByRole('option', { name: /Theo Brandt/ }).waitFor()
  await page.keyboard.press('ArrowDown')
}

export const people = ({ mara, nils }) => {
  const own = { path: `/u/${mara.username}`, as: mara, h1: 'Mara Lindqvist' }
  const ines = { path: '/u/ines_carvalho', as: mara, h1: 'Inês Carvalho' }
  const edit = { path: '/profile/edit', as: mara, h1: 'Edit profile' }
  const network = (tab, sees) => ({ path: tab ? `/network?tab=${tab}` : '/network', as: mara, h1: 'Network', sees })
  const search = (query, sees) => ({ path: `/search${query}`, as: mara, h1: 'Search', sees })
  return [
    { name: 'profile-visitor', path: `/u/${mara.username}`, h1: 'Mara Lindqvist' },
    { name: 'profile-trouble', path: `/u/${mara.username}`, h1: '@mara_lindqvist', before: refuses('**/api/users/mara_lindqvist'), sees: 'Try again', fails: true },
    { name: 'profile-newcomer', path: `/u/${nils.username}`, as: nils, h1: 'Nils Aho', sees: 'Nothing here yet' },
    { name: 'profile', ...own, whole: true },
    { name: 'profile-media', ...own, path: `${own.path}?tab=media` },
    { name: 'profile-credits', ...own, path: `${own.path}?tab=credits`, sees: 'The Cardboard Ferry' },
    { name: 'profile-about', ...own, path: `${own.path}?tab=about`, sees: 'Academy of Music and Drama' },
    { name: 'profile-followers', ...own, first: button(/follower/), dialog: 'Who follows Mara Lindqvist' },
    { name: 'profile-other', ...ines, sees: 'Connected' },
    { name: 'profile-relate', ...ines, first: menu('More about Inês Carvalho') },
    { name: 'profile-disconnect', ...ines, first: menu('More about Inês Carvalho', 'Remove the connection'), dialog: 'Remove the connection with Inês Carvalho?' },
    { name: 'profile-block', ...ines, first: menu('More about Inês Carvalho', /^Block/), dialog: 'Block Inês Carvalho?' },
    { name: 'profile-asked', path: '/u/theo_brandt', as: mara, h1: 'Theo Brandt', sees: 'Decline' },
    { name: 'profile-blocked', path: '/u/lena_falk', as: mara, h1: 'Lena Falk', sees: 'You block Lena Falk.' },
    { name: 'edit-profile', ...edit, whole: true },
    { name: 'edit-credit', ...edit, path: '/profile/edit#credits', first: button('Add a credit'), dialog: 'Add a credit' },
    { name: 'edit-education', ...edit, path: '/profile/edit#education', first: button('Add education'), dialog: 'Add education' },
    { name: 'edit-link', ...edit, path: '/profile/edit#links', first: button('Edit Website'), dialog: 'Edit the link' },
    { name: 'edit-remove', ...edit, path: '/profile/edit#links', first: button('Remove Website'), dialog: 'Remove “Website”?' },
    { name: 'network', ...network('', 'Accept') },
    { name: 'network-connections', ...network('connections', /^connected/) },
    { name: 'network-followers', ...network('followers', /^followed you/) },
    { name: 'network-following', ...network('following', 'Unfollow') },
    { name: 'network-suggestions', ...network('suggestions') },
    { name: 'network-blocked', ...network('blocks', 'Unblock') },
    { name: 'network-newcomer', path: '/network', as: nils, h1: 'Network', sees: 'No requests to answer' },
    { name: 'search-visitor', path: '/search?q=narrator', h1: 'Search', sees: '@mara_lindqvist' },
    { name: 'search-empty', ...search('', 'Who or what are you looking for?') },
    { name: 'search-type-ahead', ...search(''), first: typeAhead },
    { name: 'search', ...search('?q=narrator', '@mara_lindqvist') },
    { name: 'search-people', ...search('?q=narrator&type=people', '@mara_lindqvist') },
    { name: 'search-posts', ...search('?q=page&type=posts', 'Filter') },
    { name: 'search-filtered', ...search('?q=page&type=posts&tag=none', 'No post passes the filters') },
    { name: 'search-credits', ...search('?q=ferry&type=credits', /Ferry/) },
    { name: 'search-nothing', ...search('?q=xyzzyxyzzy', /^Nothing was found/) },
    { name: 'welcome', path: '/welcome', as: mara, h1: 'Hello, Mara' },
    { name: 'welcome-face', path: '/welcome?step=face', as: mara, h1: 'Show your face' },
    { name: 'welcome-credit', path: '/welcome?step=credit', as: mara, h1: 'Roll the titles' },
    { name: 'welcome-people', path: '/welcome?step=people', as: mara, h1: 'Take your seat', sees: 'Theo Brandt' },
  ]
}
