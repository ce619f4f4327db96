import { useState, type ComponentProps } from 'react'
import { Eye, EyeOff } from 'lucide-react'
import { IconButton } from './Button'
import { TextField } from './Field'

export function PasswordField(props: ComponentProps<typeof TextField>) {
  const [shown, setShown] = useState(false)
  return (
    <TextField
      {...props}
      type={shown ? 'text' : 'password'}
      autoCapitalize="none"
      spellCheck={false}
      trailing={
        <IconButton label={shown ? 'Hide the password' : 'Show the password'} aria-pressed={shown} onClick={() => setShown(!shown)} className="size-9">
          {shown ? <EyeOff aria-hidden="true" className="size-4.5" /> : <Eye aria-hidden="true" className="size-4.5" />}
        </IconButton>
      }
    />
  )
}
