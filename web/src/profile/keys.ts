/** Where a profile lies among what was asked. */
export const profileKey = (username: string) => ['profile', username.toLowerCase()] as const
