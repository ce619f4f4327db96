import { describe, expect, it } from 'vitest'
import { year, yearProblem } from './years'

describe('the year of an entry', () => {
  it('may be left out', () => {
    expect(year('')).toBeNull()
    expect(year('  ')).toBeNull()
    expect(yearProblem('')).toBeUndefined()
  })

  it('has four digits', () => {
    expect(year(' 1999 ')).toBe(1999)
    expect(yearProblem('1999')).toBeUndefined()
    for (const text of ['99', '19999', 'MCMX', '19.9']) expect(yearProblem(text)).toBe('A year has four digits')
  })
})
