import { useNavigate } from 'react-router'
import { Composer } from '@/posts/Composer'
import { Columns, Sheet } from '@/shell/Columns'
import { useTitle } from '@/lib/useTitle'
import { Slug } from '@/ui/bits'

export default function NewPost() {
  useTitle('New post')
  const navigate = useNavigate()
  return (
    <Columns>
      <header className="px-4 pt-4 pb-3 sm:px-1 sm:pt-0 sm:pb-5">
        <Slug place="Your desk" />
        <h1 className="text-[1.75rem] sm:text-4xl">New post</h1>
      </header>
      <Sheet>
        <Composer open onSent={() => void navigate('/')} />
      </Sheet>
    </Columns>
  )
}
