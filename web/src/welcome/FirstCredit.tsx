import { useState } from 'react'
import type { OwnProfile } from '@/api/types'
import { CreditDialog } from '@/profile/dialogs'
import { EndTitles } from '@/profile/EndTitles'
import { Button } from '@/ui/Button'
import { Scene } from './Scene'

/** Something one worked on. */
export default function FirstCredit({ profile, onBack, onNext }: { profile: OwnProfile; onBack: () => void; onNext: () => void }) {
  const [open, setOpen] = useState(false)
  return (
    <Scene title="Roll the titles" lead="One thing you worked on. More of them later, on your profile." onBack={onBack} onNext={onNext}>
      {profile.credits.length > 0 && (
        <div className="mb-6 rounded-xl bg-sunken/70 px-4 py-6">
          <EndTitles credits={profile.credits} />
        </div>
      )}
      <Button look="plain" onClick={() => setOpen(true)}>
        Add a credit
      </Button>
      {open && <CreditDialog entry={null} onClose={() => setOpen(false)} />}
    </Scene>
  )
}
