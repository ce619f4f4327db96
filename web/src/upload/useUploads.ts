import { useEffect, useSyncExternalStore } from 'react'
import { all, resume, subscribe, type Upload } from './uploads'

/** The files of one draft, in the order in which they were chosen. */
export function useUploads(account: string, purpose: string): Upload[] {
  const uploads = useSyncExternalStore(subscribe, all)
  useEffect(() => {
    resume(account)
  }, [account])
  return uploads.filter((upload) => upload.account === account && upload.purpose === purpose)
}
