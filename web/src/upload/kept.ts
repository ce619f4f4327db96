/** Files that are being uploaded, kept by the browser so that a reload does not lose them. */
const NAME = 'joint-uploads'

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1)
    asked.onupgradeneeded = () => asked.result.createObjectStore('files')
    asked.onsuccess = () => resolve(asked.result)
    asked.onerror = () => reject(asked.error ?? new Error('no storage'))
  })
}

async function within<T>(mode: IDBTransactionMode, work: (files: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open()
  try {
    return await new Promise<T>((resolve, reject) => {
      const asked = work(database.transaction('files', mode).objectStore('files'))
      asked.onsuccess = () => resolve(asked.result)
      asked.onerror = () => reject(asked.error ?? new Error('no storage'))
    })
  } finally {
    database.close()
  }
}

/** Best effort: where the browser keeps nothing, an upload lives as long as its page. */
export async function keepFile(id: string, file: File): Promise<void> {
  await within('readwrite', (files) => files.put(file, id)).catch(() => undefined)
}

export async function keptFile(id: string): Promise<File | null> {
  const found: unknown = await within('readonly', (files) => files.get(id) as IDBRequest<unknown>).catch(() => null)
  return found instanceof File ? found : null
}

export async function dropFile(id: string): Promise<void> {
  await within('readwrite', (files) => files.delete(id)).catch(() => undefined)
}
