import type { components } from './schema'

type Schemas = components['schemas']

export type Post = Schemas['PostView']
export type PostList = Schemas['PostList']
export type NewPost = Schemas['NewPost']
export type Comment = Schemas['CommentView']
export type Person = Schemas['FoundPerson']
export type Attachment = Schemas['AttachedMedia']
export type Visibility = Schemas['Visibility']
export type ReactionType = Schemas['ReactionType']
export type OwnProfile = Schemas['OwnProfile']
export type PublicProfile = Schemas['PublicProfile']
export type Credit = Schemas['CreditView']
export type School = Schemas['SchoolView']
export type Link = Schemas['LinkView']
export type Relationship = Schemas['RelationshipView']
export type Session = Schemas['SessionView']
export type Account = Schemas['AccountView']

/** A post as search shows it: with what was found, without what the asker did. */
export type FoundPost = Schemas['FoundPost']
/** A credit as search shows it. */
export type FoundCredit = Schemas['FoundCredit']
export type Found = Schemas['AllFound']
/** A file of one's own. */
export type OwnFile = Schemas['MediaView']
/** Somebody whom one may know, and through whom. */
export type Suggestion = Schemas['SuggestionView']
/** What could not be consumed. */
export type DeadLetter = Schemas['DeadLetterView']
/** Where one scans, or types, the secret of a second factor. */
export type TwoFactorSetup = Schemas['Proposed']
/** What somebody said about a post, with the post. */
export type Report = Schemas['ReportView']
export type ReportState = Schemas['ReportState']
/** An account as admins see it. */
export type OverseenAccount = Schemas['OverseenView']
export type Role = Schemas['Role']
export type QueueState = Schemas['QueueView']
export type OutboxState = Schemas['OutboxView']
