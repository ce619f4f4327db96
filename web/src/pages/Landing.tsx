import { AudioLines, Eye, Link2, Lock, Users } from 'lucide-react'
import { ButtonLink } from '@/ui/Button'
import { useTitle } from '@/lib/useTitle'
import { cx } from '@/ui/cx'
import { Slug } from '@/ui/bits'

export default function Landing() {
  useTitle('Where voices, words and roles meet')
  return (
    <>
      <div className="overflow-x-clip">
      <section className="mx-auto grid max-w-6xl items-center gap-x-14 gap-y-12 px-4 pt-12 pb-20 sm:px-6 sm:pt-20 lg:grid-cols-[1.1fr_1fr] 3xl:max-w-7xl 3xl:pt-28">
        <div>
          <Slug place="Your desk" className="mb-4" />
          <h1 className="text-[2.75rem] leading-[1.06] tracking-[-0.035em] sm:text-6xl 3xl:text-7xl">
            Find the people who <span className="stroke animate-swipe">finish your sentence.</span>
          </h1>
          <p className="mt-6 max-w-[34rem] text-lg text-ink-2 sm:text-xl">
            Joint is the network of those who make stories heard: voice actors, writers, directors and casting. Show your work, say what you look for, stay in touch.
          </p>
          <div className="mt-8 flex flex-wrap gap-3">
            <ButtonLink to="/signup" size="large">
              Make your profile
            </ButtonLink>
            <ButtonLink to="/explore" size="large" look="plain">
              Look around first
            </ButtonLink>
          </div>
        </div>
        <ScriptPage />
      </section>
      </div>

      <section aria-labelledby="what" className="border-y border-line bg-surface">
        <div className="mx-auto max-w-6xl px-4 py-16 sm:px-6 sm:py-24 3xl:max-w-7xl">
          <h2 id="what" className="max-w-[20ch] text-3xl sm:text-5xl">
            Your work, billed as it should be
          </h2>
          <div className="mt-12 grid gap-x-10 gap-y-14 md:grid-cols-3">
            <Part title="A profile that reads like end titles" text="Every role in its place, with who it was for and when. Casting sees at a glance what you have done.">
              <Titles />
            </Part>
            <Part title="A take says more than a sentence" text="Post recordings, scenes, pages and pictures straight from your device. They play where they stand.">
              <Tape />
            </Part>
            <Part title="You choose the audience" text="Each post says who may see it. The rule holds everywhere: in feeds, in search, for every file.">
              <Audience />
            </Part>
          </div>
        </div>
      </section>

      <section className="mx-auto max-w-6xl px-4 py-20 sm:px-6 sm:py-28 3xl:max-w-7xl">
        <p aria-hidden="true" className="slug">
          Cut to: you
        </p>
        <h2 className="mt-3 max-w-[18ch] text-3xl sm:text-5xl">There is a part here with your name on it.</h2>
        <div className="mt-8 flex flex-wrap items-center gap-x-6 gap-y-3">
          <ButtonLink to="/signup" size="large">
            Sign up, free
          </ButtonLink>
          <p className="text-ink-2">It takes a minute.</p>
        </div>
      </section>
    </>
  )
}

type Line = { who: string; says: string; aside?: string; role: string; colour: string }
const lines: Line[] = [
  { who: 'Mara', aside: '(V.O.)', says: 'Say it like you mean it, or say it like you wrote it?', role: 'voice', colour: 'var(--voice)' },
  { who: 'Theo', aside: '(crossing it out)', says: 'Say it like nobody wrote it.', role: 'writing', colour: 'var(--words)' },
  { who: 'Ines', says: 'Again. Closer to the glass this time.', role: 'directing', colour: 'var(--direction)' },
  { who: 'Sam', aside: '(quietly)', says: 'That is our lead.', role: 'casting', colour: 'var(--casting)' },
]

/** A page of a script, each part marked in a colour of its own, as at a first reading. */
function ScriptPage() {
  return (
    <figure aria-label="A page of a script in which four people, a voice, a writer, a director and casting, find each other" className="relative mx-auto w-full max-w-[30rem]">
      <div aria-hidden="true">
        <div className="absolute inset-0 translate-x-3 translate-y-3 rotate-[1.6deg] rounded-sm border border-line bg-sunken" />
        <div className="relative -rotate-[0.8deg] rounded-sm border border-line bg-surface px-6 pt-7 pb-8 font-script text-[0.9375rem] leading-snug shadow-lift sm:px-10 sm:text-base">
          <p className="flex justify-between text-ink-3">
            <span>12</span>
            <span>BLUE REV. 3</span>
          </p>
          <p className="mt-4 font-bold">INT. RECORDING BOOTH — NIGHT</p>
          <p className="mt-3">Four people, one microphone. The red light goes on.</p>
          {lines.map(({ who, aside, says, role, colour }, index) => (
            <div key={who} className="relative mt-4">
              <p className="pl-[38%] font-bold uppercase">{who}</p>
              {aside && <p className="pl-[28%] text-ink-2">{aside}</p>}
              <p className="pr-[14%] pl-[14%]">
                <span className="stroke animate-swipe" style={{ '--stroke': colour, animationDelay: `${250 + index * 260}ms` } as React.CSSProperties}>
                  {says}
                </span>
              </p>
              <span className="absolute top-0 right-0 -mr-2 rotate-3 rounded-sm px-1.5 text-xs text-on-marker sm:-mr-7" style={{ background: colour }}>
                {role}
              </span>
            </div>
          ))}
          <p className="mt-5 text-right">CUT TO:</p>
        </div>
        <span className="absolute -top-3 right-8 flex items-center gap-2 rounded-full bg-[#14171a] px-3 py-1.5 font-script text-xs font-bold tracking-widest text-white shadow-lift">
          <span className="size-2 rounded-full bg-[#ff5a43]" />
          ON AIR
        </span>
      </div>
    </figure>
  )
}

function Part({ title, text, children }: { title: string; text: string; children: React.ReactNode }) {
  return (
    <div className="flex flex-col">
      <div aria-hidden="true" className="mb-6 grid h-48 content-center overflow-hidden rounded-2xl border border-line bg-paper px-6">
        {children}
      </div>
      <h3 className="text-xl">{title}</h3>
      <p className="mt-2 text-ink-2">{text}</p>
    </div>
  )
}

function Titles() {
  const credits: [string, string][] = [
    ['Narrator', 'The Cardboard Ferry'],
    ['Voice of Ilse', 'Nine Quiet Rooms'],
    ['Radio play', 'Salt, Again'],
    ['ADR', 'Northbound'],
  ]
  return (
    <div className="grid grid-cols-[1fr_1.3fr] gap-x-4 gap-y-2 text-sm">
      {credits.map(([role, title]) => (
        <div key={title} className="contents">
          <span className="text-right text-ink-3">{role}</span>
          <span className="font-semibold">{title}</span>
        </div>
      ))}
    </div>
  )
}

function Tape() {
  return (
    <div className="flex items-center gap-4">
      <span className="grid size-14 shrink-0 place-items-center rounded-full bg-ink text-paper">
        <AudioLines className="size-6" />
      </span>
      <div className="relative h-12 flex-1">
        <div className="absolute inset-y-2 left-0 w-[58%] bg-marker" />
        <div className="absolute inset-0 bg-[repeating-linear-gradient(90deg,var(--line-strong)_0_1.5px,transparent_1.5px_10px)] opacity-60 [mask-image:linear-gradient(transparent_30%,black_30%_70%,transparent_70%)]" />
        <div className="absolute inset-y-0 left-[58%] w-0.5 bg-tally" />
      </div>
    </div>
  )
}

function Audience() {
  const choices = [
    { icon: Eye, label: 'Everybody' },
    { icon: Users, label: 'Followers' },
    { icon: Link2, label: 'Connections', chosen: true },
    { icon: Lock, label: 'Only me' },
  ]
  return (
    <div className="mx-auto grid w-full max-w-60 gap-1 text-sm">
      {choices.map(({ icon: Icon, label, chosen }) => (
        <span key={label} className={cx('flex items-center gap-3 rounded-lg px-3 py-1.5', chosen ? 'bg-marker font-semibold text-on-marker' : 'text-ink-2')}>
          <Icon className="size-4.5" />
          {label}
        </span>
      ))}
    </div>
  )
}
