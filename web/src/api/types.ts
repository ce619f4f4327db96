import type { components } from './schema'

type Schemas = components['schemas']

export type Post = Schemas['PostView']
export type PostList = Schemas['PostList']
export type NewPost = Schemas['NewPost']
export type Comment = Schemas['CommentView']
export type Author = Schemas['AuthorView']
export type Person = Schemas['PersonView']
export type Attachment = Schemas['MediaView']
export type Visibility = Schemas['Visibility']
export type ReactionType = Schemas['ReactionType']
export type ReactionCounts = Schemas['ReactionCounts']
export type OwnProfile = Schemas['OwnProfile']
export type PublicProfile = Schemas['PublicProfile']
export type Credit = Schemas['CreditView']
export type School = Schemas['SchoolView']
export type Link = Schemas['LinkView']
export type Relationship = Schemas['RelationshipView']
export type Session = Schemas['SessionView']
export type Account = Schemas['AccountView']

// The document has one name for what two services answer, and describes one of the two. These are the others.

/** A post as search shows it: with what was found, without counts. */
export type FoundPost = Pick<Post, 'id' | 'authorId' | 'content' | 'mediaUrls' | 'tags' | 'createdAt' | 'updatedAt'> & {
  author: { id: string; username: string | null; displayName: string | null; avatarUrl: string | null }
  /** HTML: words escaped, no tag but `<mark>`. */
  excerpt: string
  visibility: Visibility
}

/** A credit as search shows it. */
export interface FoundCredit {
  id: string
  title: string
  company: string | null
  year: number | null
  description: string | null
  user: FoundPost['author']
}

export interface Found {
  users: Person[]
  posts: FoundPost[]
  credits: FoundCredit[]
  totals: { users: number; posts: number; credits: number }
  query: string
  nextCursor?: string
}

/** A file of one's own. */
export interface OwnFile {
  id: string
  kind: 'image' | 'audio' | 'video' | 'document' | null
  contentType: string
  size: number
  width: number | null
  height: number | null
  duration?: number
  url: string | null
  status: string
  fileName?: string
}
