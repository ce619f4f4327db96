import type { FileKind } from './limits'

/** What is asked when somebody describes a file. */
export const asks: Record<FileKind, string> = {
  image: 'What does the picture show?',
  audio: 'What is heard?',
  video: 'What is seen and heard?',
  document: 'What is in the document?',
}
