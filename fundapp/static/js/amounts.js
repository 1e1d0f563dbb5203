// Numbers and amounts as people write them: 1.234,50, 1,234.50, 1234.5. Never more than a hint; the server reads them itself.
export const read = (text) => {
  const bare = text.replace(/[\s€$£'’]|EUR|CHF|CZK|DKK|GBP|HUF|NOK|PLN|RON|SEK|USD/gi, '')
  if (!/^-?\d[\d.,]*$/.test(bare)) return null
  const last = Math.max(bare.lastIndexOf(','), bare.lastIndexOf('.'))
  const tail = bare.length - last - 1
  const isDecimal = last >= 0 && (tail !== 3 || (bare.includes(',') && bare.includes('.'))) && bare.indexOf(bare[last]) === last
  const whole = (isDecimal ? bare.slice(0, last) : bare).replace(/[.,]/g, '')
  return Number(isDecimal ? `${whole}.${bare.slice(last + 1)}` : whole)
}
export const cents = (text) => { const found = read(text); return found === null ? null : Math.round(found * 100) }
export const show = (n, currency) => (n / 100).toLocaleString(document.documentElement.lang, { style: 'currency', currency, minimumFractionDigits: n % 100 ? 2 : 0 })
