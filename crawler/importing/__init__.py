"""Pages and articles out of files: web archives, exports, folders of saved pages."""
