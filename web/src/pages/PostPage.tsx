import { ArrowLeft } from 'lucide-react'
import { useLocation, useNavigate, useParams } from 'react-router'
import { ApiError } from '@/api/errors'
import { Comments } from '@/posts/Comments'
import { usePost } from '@/posts/hooks'
import { PostCard } from '@/posts/PostCard'
import { PostSkeletons } from '@/posts/PostList'
import { Reacted } from '@/posts/Reacted'
import { useSession } from '@/session/SessionContext'
import { Columns, Sheet } from '@/shell/Columns'
import { useTitle } from '@/lib/useTitle'
import { Empty, Loading } from '@/ui/bits'
import { Button, ButtonLink } from '@/ui/Button'
import { Trouble } from '@/ui/Endless'
import NotFound from './NotFound'

export default function PostPage() {
  const { id = '' } = useParams()
  // What is typed below one post is not carried to the next.
  return <One key={id} id={id} />
}

function One({ id }: { id: string }) {
  const { account } = useSession()
  const query = usePost(id)
  const navigate = useNavigate()
  const { key } = useLocation()
  const post = query.data
  useTitle(post ? `${post.author.displayName}: ${post.content.slice(0, 60)}` : 'Post')
  // Whoever came from elsewhere stays: the router calls the first place of a visit "default".
  const back = () => void (key === 'default' ? navigate('/') : navigate(-1))

  if (query.error instanceof ApiError && (query.error.status === 404 || query.error.status === 400)) return <NotFound />
  return (
    <Columns>
      <div className="px-2 py-2 sm:px-0 sm:pt-0 sm:pb-4">
        <Button look="quiet" size="small" onClick={back}>
          <ArrowLeft aria-hidden="true" className="size-4.5" />
          Back
        </Button>
      </div>
      <Sheet>
        <h1 className="sr-only">{post ? `Post by ${post.author.displayName}` : 'Post'}</h1>
        {post ? (
          <>
            <PostCard post={post} alone aside={<Reacted post={post} />} onRemoved={() => void navigate('/', { replace: true })} />
            <Comments post={post} />
          </>
        ) : query.error instanceof ApiError && (query.error.status === 401 || query.error.status === 403) ? (
          <Empty
            title="This post is not for everybody"
            action={account ? <ButtonLink to="/explore">See what is</ButtonLink> : <ButtonLink to={`/login?next=${encodeURIComponent(`/post/${id}`)}`}>Log in</ButtonLink>}
          >
            {account ? 'Its author shares it with a smaller circle.' : 'Log in; perhaps you may see it.'}
          </Empty>
        ) : query.isError ? (
          <Trouble error={query.error} again={() => void query.refetch()} />
        ) : (
          <Loading what="the post">
            <PostSkeletons />
          </Loading>
        )}
      </Sheet>
    </Columns>
  )
}
