/** The year that was typed: null for none, NaN for what is no year. */
export const year = (text: string): number | null => (/^\d{4}$/.test(text.trim()) ? Number(text) : text.trim() === '' ? null : Number.NaN)
export const yearProblem = (text: string) => (Number.isNaN(year(text)) ? 'A year has four digits' : undefined)
