import { later } from '@/ui/later'

export const CreditDialog = later(() => import('./CreditDialog'))
export const SchoolDialog = later(() => import('./SchoolDialog'))
export const LinkDialog = later(() => import('./LinkDialog'))
