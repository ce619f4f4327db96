import type { ComponentType } from 'react'
import { createBrowserRouter, type RouteObject } from 'react-router'
import { load } from './lib/chunk'
import { AllBroken, Broken } from './pages/Broken'
import { Front } from './pages/Front'
import { First } from './shell/First'
import Shell from './shell/Shell'

/** A page that is loaded when somebody goes there. */
function page(chunk: () => Promise<{ default: ComponentType }>) {
  return async () => ({ Component: (await load(chunk)).default })
}

/** Pages for members: `Members` shows the door to everybody else. */
const forMembers: RouteObject[] = [
  { path: 'welcome', lazy: page(() => import('./pages/Welcome')) },
  { path: 'new', lazy: page(() => import('./pages/NewPost')) },
  { path: 'network', lazy: page(() => import('./pages/Network')) },
  { path: 'profile/edit', lazy: page(() => import('./pages/EditProfile')) },
  {
    path: 'settings',
    lazy: page(() => import('./pages/settings/Settings')),
    children: [
      { index: true, lazy: page(() => import('./pages/settings/AccountPage')) },
      { path: 'security', lazy: page(() => import('./pages/settings/Security')) },
      { path: 'sessions', lazy: page(() => import('./pages/settings/Sessions')) },
      { path: 'privacy', lazy: page(() => import('./pages/settings/PrivacyPage')) },
      { path: 'appearance', lazy: page(() => import('./pages/settings/Appearance')) },
      { path: 'data', lazy: page(() => import('./pages/settings/Data')) },
    ],
  },
]

export const router = createBrowserRouter([
  {
    // Inside of it everything else stands: what fails there is shown here.
    ErrorBoundary: AllBroken,
    HydrateFallback: First,
    // Every page stands in it, so it comes with the program.
    Component: Shell,
    children: [
      {
        ErrorBoundary: Broken,
        children: [
          { index: true, Component: Front },
          { path: 'explore', lazy: page(() => import('./pages/Explore')) },
          { path: 'search', lazy: page(() => import('./pages/Search')) },
          { path: 'post/:id', lazy: page(() => import('./pages/PostPage')) },
          { path: 'u/:username', lazy: page(() => import('./pages/Profile')) },
          { path: 'login', lazy: page(() => import('./pages/LogIn')) },
          { path: 'signup', lazy: page(() => import('./pages/SignUp')) },
          { path: 'forgot-password', lazy: page(() => import('./pages/ForgotPassword')) },
          { path: 'reset-password', lazy: page(() => import('./pages/ResetPassword')) },
          { path: 'verify-email', lazy: page(() => import('./pages/VerifyEmail')) },
          { path: 'deletion', lazy: page(() => import('./pages/Receipt')) },
          { lazy: page(() => import('./shell/Members')), children: forMembers },
          {
            lazy: page(() => import('./shell/Staff')),
            children: [
              { path: 'moderation', lazy: page(() => import('./pages/staff/Moderation')) },
              { path: 'admin/accounts', lazy: page(() => import('./pages/staff/Accounts')) },
              { path: 'admin/queues', lazy: page(() => import('./pages/staff/Queues')) },
              { path: 'admin/dead-letters', lazy: page(() => import('./pages/staff/DeadLetters')) },
              { path: 'admin/allow-list', lazy: page(() => import('./pages/staff/AllowList')) },
              { path: 'admin/audit', lazy: page(() => import('./pages/staff/Audit')) },
            ],
          },
          { path: '*', lazy: page(() => import('./pages/NotFound')) },
        ],
      },
    ],
  },
])
