"""What a whole collection shows beyond the form of its files: broken links, copies, translations that lag behind, unknown names."""
