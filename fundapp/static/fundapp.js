// Small improvements only. Every page works without this file.
import './js/theme.js'
import './js/menus.js'
import './js/counters.js'
import './js/rows.js'
import './js/autosave.js'
import './js/forms.js'
import './js/conditions.js'
import './js/scoring.js'
