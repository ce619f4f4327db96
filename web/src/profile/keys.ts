/** Where one's own profile lies among what was asked. */
export const ownKey = ['own-profile'] as const

/** Where a profile lies among what was asked. */
export const profileKey = (username: string) => ['profile', username.toLowerCase()] as const
