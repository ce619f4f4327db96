import type { ReactionType } from '@/api/types'

export const reactionLabels: Record<ReactionType, string> = { applause: 'Applause', like: 'Like', love: 'Love', insight: 'Insight' }
