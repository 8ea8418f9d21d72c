// Scroll the sidebar to the current page.
document.addEventListener("DOMContentLoaded", () => {
  const here = document.querySelector(".sidebar-tree .current-page");
  const box = document.querySelector(".sidebar-scroll");
  if (here && box) {
    const below = here.getBoundingClientRect().top - box.getBoundingClientRect().top;
    box.scrollTop += Math.max(0, below - box.clientHeight * 0.6);
  }
});
