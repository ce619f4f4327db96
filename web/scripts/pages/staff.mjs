// What those see who look after Joint.
import { button, inTurn } from './steps.mjs'

export const staff = ({ theo }) => {
  const at = (path, h1) => ({ path, as: theo, h1 })
  const reports = (state, sees) => ({ ...at(state ? `/moderation?state=${state}` : '/moderation', 'Reports'), sees })
  const accounts = at('/admin/accounts', 'Accounts')
  const letters = at('/admin/dead-letters', 'Dead letters')
  return [
    { name: 'staff-reports', ...reports('', 'Take it'), whole: true },
    { name: 'staff-reports-in-hand', ...reports('taken', /in your hands/) },
    { name: 'staff-reports-resolved', ...reports('resolved', /^Note:/) },
    { name: 'staff-reports-dismissed', ...reports('dismissed', 'History') },
    { name: 'staff-history', ...reports(''), first: button('History'), dialog: 'History of the post' },
    { name: 'staff-hide', ...reports(''), first: button('Hide the post'), dialog: 'Hide the post?' },
    { name: 'staff-resolve', ...reports(''), first: button('Resolve'), dialog: 'Resolve the report' },
    { name: 'staff-dismiss', ...reports(''), first: button('Dismiss'), dialog: 'Dismiss the report' },
    { name: 'staff-accounts', ...accounts, sees: /^Suspended/, whole: true },
    { name: 'staff-suspend', ...accounts, first: button('Suspend Rick Fastlane'), dialog: 'Suspend Rick Fastlane?' },
    { name: 'staff-role', ...accounts, first: button('Change the role of Rick Fastlane'), dialog: 'The role of Rick Fastlane' },
    { name: 'staff-queues', ...at('/admin/queues', 'Queues'), sees: 'Outboxes', whole: true },
    { name: 'staff-dead-letters', ...letters, sees: 'Something unreadable' },
    { name: 'staff-dead-letter', ...letters, first: button(/^Look at it: content/), dialog: /^content\./ },
    { name: 'staff-dead-letter-discard', ...letters, first: inTurn(button(/^Look at it: content/), button('Discard')), dialog: /^content\./, sees: 'Why' },
    { name: 'staff-dead-letter-unreadable', ...letters, first: button(/^Look at it: Something/), dialog: 'A dead letter' },
    { name: 'staff-dead-letters-none', ...letters, path: '/admin/dead-letters?error=xyzzy', sees: 'None of these' },
    { name: 'staff-allow-list', ...at('/admin/allow-list', 'Allow-list'), sees: 'guest@joint.example' },
    { name: 'staff-audit', ...at('/admin/audit', 'Audit'), sees: 'Account suspended' },
    { name: 'staff-audit-posts', ...at('/admin/audit?of=posts', 'Audit'), sees: 'Post hidden' },
  ]
}
