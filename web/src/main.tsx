import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from 'react-router'
import { gather } from './early'
import { fetchFront } from './pages/Front'
import { client } from './queries'
import { router } from './router'
import { SessionProvider } from './session/SessionContext'
import { ThemeProvider } from './theme/ThemeContext'
import './styles/main.css'

const place = document.getElementById('root')
if (!place) throw new Error('the page has no place for the app')
const root = createRoot(place)

// Everything of this was asked for long before; rendered once with all of it is far less work than three times in part.
// A page that cannot be fetched is told of by the page itself. Not awaited here: pages wait for this module in turn.
void Promise.all([gather(router), fetchFront().catch(() => undefined)]).then(() =>
  root.render(
    <StrictMode>
      <ThemeProvider>
        <QueryClientProvider client={client}>
          <SessionProvider>
            <RouterProvider router={router} />
          </SessionProvider>
        </QueryClientProvider>
      </ThemeProvider>
    </StrictMode>,
  ),
)
