// What somebody selects in a document, by mouse, finger or keyboard, is put into the field that asks what to cover.
const field = document.querySelector("textarea[name=text]");
const go = document.querySelector("[data-cover-go]");
let isPressed = false;
const chosen = () => {
	const selection = document.getSelection();
	const place = selection.anchorNode?.parentElement?.closest("[data-cover]");
	return place?.contains(selection.focusNode) ? String(selection).trim() : "";
};
document.addEventListener("selectionchange", () => {
	const text = chosen();
	if (field && text) field.value = text;
	// A finger on the button takes the selection away before the press counts: the button waits for its press.
	if (go && !isPressed) go.hidden = !text;
});
go?.addEventListener("pointerdown", () => (isPressed = true));
for (const end of ["pointercancel", "click"]) go?.addEventListener(end, () => (isPressed = false));
go?.addEventListener("click", (event) => {
	event.preventDefault();
	go.hidden = true;
	field?.scrollIntoView({block: "center"});
	field?.focus({preventScroll: true});
});
