/**
 * Routes that the description of the API does not have yet, written by hand from the contract. Each goes when
 * `npm run api` knows it.
 */
import { send } from './client'

export interface Said {
  message: string
}
type Key = { 'Idempotency-Key': string }

export interface SecurityEvent {
  type: string
  at: string
  ipAddress: string | null
  userAgent: string | null
}
export interface TwoFactorSetup {
  secret: string
  otpauthUrl: string
  qrCode: string
}
export interface Report {
  id: string
  postId: string
  state: 'open' | 'taken' | 'resolved' | 'dismissed'
  reason: string
  description: string | null
  createdAt: string
  /** Who took it or dealt with it. */
  moderatorId: string | null
  note: string | null
  reporter: { id: string; username: string; displayName: string }
  /** Null once its author has removed it. */
  post: { id: string; content: string; author: { id: string; username: string; displayName: string; avatarUrl?: string | null } } | null
}
export interface AdminAccount {
  id: string
  username: string
  displayName: string
  role: 'member' | 'moderator' | 'admin'
  state: 'active' | 'suspended' | 'deleted'
  emailVerified: boolean
  createdAt: string
  suspension: { reason: string; until: string | null; suspendedAt: string | null } | null
}
/** What an account's own view will say besides. */
export interface AccountExtras {
  twoFactorEnabled?: boolean
}

const query = (values: Record<string, string | undefined>) => {
  const set = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '')
  return set.length > 0 ? `?${new URLSearchParams(set).toString()}` : ''
}

export const coming = {
  reportPost: (id: string, body: { reason: string; description?: string }, headers: Key) => send<Said>('POST', `/posts/${id}/report`, body, headers),

  forgotPassword: (email: string) => send<Said>('POST', '/auth/forgot-password', { email }),
  resetPassword: (token: string, newPassword: string) => send<Said>('POST', '/auth/reset-password', { token, newPassword }),
  changePassword: (currentPassword: string, newPassword: string) => send<Said>('POST', '/auth/change-password', { currentPassword, newPassword }),
  changeEmail: (newEmail: string, password: string) => send<Said>('POST', '/auth/change-email', { newEmail, password }),
  changeUsername: (newUsername: string, password: string) => send<Said>('POST', '/auth/change-username', { newUsername, password }),
  securityLog: (cursor?: string) => send<{ events: SecurityEvent[]; nextCursor?: string }>('GET', `/auth/security-log${query({ cursor })}`),

  setUpTwoFactor: (password: string) => send<TwoFactorSetup>('POST', '/auth/2fa/setup', { password }),
  enableTwoFactor: (code: string) => send<{ recoveryCodes: string[] }>('POST', '/auth/2fa/enable', { code }),
  disableTwoFactor: (password: string, code: string) => send<Said>('POST', '/auth/2fa/disable', { password, code }),
  newRecoveryCodes: (password: string, code: string) => send<{ recoveryCodes: string[] }>('POST', '/auth/2fa/recovery-codes', { password, code }),

  askForExport: (headers: Key) => send<{ id: string; status: string }>('POST', '/auth/account/export', {}, headers),
  exportOf: (id: string) => send<{ status: string; url?: string | null }>('GET', `/auth/account/export/${id}`),
  deleteAccount: (password: string) => send<{ receiptUrl: string }>('DELETE', '/auth/account', { password }),

  reports: (state: string, cursor?: string) => send<{ reports: Report[]; nextCursor?: string }>('GET', `/moderation/reports${query({ state, cursor })}`),
  moveReport: (id: string, deed: 'take' | 'resolve' | 'dismiss', note?: string) => send<Said>('POST', `/moderation/reports/${id}/${deed}`, note ? { note } : {}),
  hidePost: (id: string, reason: string) => send<Said>('POST', `/moderation/posts/${id}/hide`, { reason }),
  restorePost: (id: string) => send<Said>('POST', `/moderation/posts/${id}/restore`, {}),

  accounts: (q: string, cursor?: string) => send<{ accounts: AdminAccount[]; nextCursor?: string }>('GET', `/admin/accounts${query({ q, cursor })}`),
  suspend: (id: string, reason: string, until?: string) => send<Said>('POST', `/admin/accounts/${id}/suspend`, until ? { reason, until } : { reason }),
  restoreAccount: (id: string) => send<Said>('POST', `/admin/accounts/${id}/restore`, {}),
  setRole: (id: string, role: AdminAccount['role']) => send<Said>('POST', `/admin/accounts/${id}/role`, { role }),
}
