// What somebody selects in a document, by mouse, finger or keyboard, is put into the field that asks what to cover.
const field = document.querySelector("textarea[name=text]");
const go = document.querySelector("[data-cover-go]");
const chosen = () => {
	const selection = document.getSelection();
	const place = selection.anchorNode?.parentElement?.closest("[data-cover]");
	return place?.contains(selection.focusNode) ? String(selection).trim() : "";
};
document.addEventListener("selectionchange", () => {
	const text = chosen();
	if (field && text) field.value = text;
	if (go) go.hidden = !text;
});
go?.addEventListener("click", () => field?.focus());
