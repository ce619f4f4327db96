import { Globe, Link2, Lock, Users } from 'lucide-react'
import type { Visibility } from '@/api/types'

export const visibilities: Record<Visibility, { label: string; who: string; icon: typeof Globe }> = {
  public: { label: 'Everybody', who: 'Anybody, with or without an account', icon: Globe },
  followers: { label: 'Followers', who: 'People who follow you', icon: Users },
  connections: { label: 'Connections', who: 'People you are connected with', icon: Link2 },
  private: { label: 'Only me', who: 'Nobody but you', icon: Lock },
}
