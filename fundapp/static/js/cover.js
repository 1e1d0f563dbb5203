// What somebody selects in a document is put into the field that asks what to cover.
const field = document.querySelector("textarea[name=text]");
for (const place of document.querySelectorAll("[data-cover]")) {
	place.addEventListener("mouseup", () => {
		const chosen = String(document.getSelection()).trim();
		if (field && chosen) field.value = chosen;
	});
}
