// What stands before the door, and what belongs to it: pages of one form.
import { answers, button, fill, inTurn } from './steps.mjs'

const knock = ({ email, password }) => inTurn(fill({ 'E-mail': email, Password: password }), button('Log in'))
const TAKEN = { error: 'Conflict', code: 'USERNAME_TAKEN', message: 'Somebody has this user name already', requestId: '0' }

export const doors = ({ mara, lena, gus, receipt }) => [
  { name: 'landing', path: '/', h1: 'Find the people who finish your sentence.', whole: true },
  { name: 'signup', path: '/signup', h1: 'Sign up' },
  { name: 'signup-wrong', path: '/signup', h1: 'Sign up', first: inTurn(fill({ 'Your name': 'Nora', 'User name': 'no', 'E-mail': 'nora', Password: 'short' }), button('Sign up')), sees: /8 char/, fails: true },
  {
    name: 'signup-taken',
    path: '/signup',
    h1: 'Sign up',
    before: answers('**/api/auth/signup', 409, TAKEN),
    first: inTurn(fill({ 'Your name': 'Mara Lindqvist', 'E-mail': 'mara@joint.example', Password: 'rain on the roof tonight' }), button('Sign up')),
    sees: TAKEN.message,
    fails: true,
  },
  {
    // Only where addresses must be confirmed first.
    name: 'signup-mailed',
    path: '/signup',
    h1: 'Look into your mail',
    before: answers('**/api/auth/signup', 201, {}),
    first: inTurn(fill({ 'Your name': 'Nora Vale', 'E-mail': 'nora@joint.example', Password: 'rain on the roof tonight' }), button('Sign up')),
  },
  { name: 'login', path: '/login', h1: 'Log in' },
  { name: 'login-next', path: '/login?next=%2Fnetwork', h1: 'Log in', sees: 'Log in to go on where you wanted to go.' },
  { name: 'login-wrong', path: '/login', h1: 'Log in', first: knock({ email: 'nobody@joint.example', password: 'not the password' }), sees: /wrong|not right|incorrect|Invalid/i },
  { name: 'login-code', path: '/login', h1: 'Log in', first: knock(lena), sees: 'Code' },
  { name: 'login-suspended', path: '/login', h1: 'Log in', first: knock(gus), sees: 'Delete my account', fails: true },
  { name: 'login-suspended-delete', path: '/login', h1: 'Log in', first: inTurn(knock(gus), button('Delete my account')), dialog: 'Delete everything?', fails: true },
  { name: 'forgot', path: '/forgot-password', h1: 'Forgotten it?' },
  { name: 'forgot-sent', path: '/forgot-password', h1: 'Forgotten it?', first: inTurn(fill({ 'E-mail': 'nobody@joint.example' }), button('Send the link')), sees: /link/i },
  { name: 'reset', path: '/reset-password?token=none', h1: 'A new password' },
  { name: 'reset-used-up', path: '/reset-password?token=none', h1: 'This link is used up', first: inTurn(fill({ 'New password': 'rain on the roof tonight' }), button('Set the password')) },
  { name: 'verify', path: '/verify-email', h1: 'Confirm your address' },
  // A link of a mail works once.
  { name: 'verify-confirmed', path: '/verify-email?token=any', h1: 'Confirmed', before: answers('**/api/auth/verify-email', 200, { message: 'Confirmed' }) },
  { name: 'verify-used-up', path: '/verify-email?token=none', h1: 'Confirm your address', sees: /^This link is not one of ours/ },
  { name: 'verify-member', path: '/verify-email', as: mara, h1: 'Confirm your address', sees: mara.email },
  { name: 'deleted', path: '/deletion', h1: 'No receipt here' },
  { name: 'deleted-receipt', path: `/deletion#${receipt}`, h1: 'Goodbye', sees: 'Everything is erased.' },
  { name: 'not-found', path: '/nowhere', h1: 'This scene was cut.' },
  { name: 'not-found-member', path: '/nowhere', as: mara, h1: 'This scene was cut.' },
]
