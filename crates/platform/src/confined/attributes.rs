//! A list of what CreateProcess takes beyond its parameters.

use std::io;
use std::marker::PhantomData;
use std::ptr::{null, null_mut};

use windows_sys::Win32::System::Threading::{
    DeleteProcThreadAttributeList, InitializeProcThreadAttributeList, LPPROC_THREAD_ATTRIBUTE_LIST,
    UpdateProcThreadAttribute,
};

use super::done;

/// The list points to its values, so they outlive it.
pub(super) struct Attributes<'a> {
    /// Words, because it has to be aligned for pointers.
    memory: Vec<usize>,
    values: PhantomData<&'a ()>,
}

impl<'a> Attributes<'a> {
    #[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
    pub(super) fn for_up_to(count: u32) -> io::Result<Self> {
        let mut bytes = 0;
        // SAFETY: without a list it only tells the size, and calls that an error.
        unsafe { InitializeProcThreadAttributeList(null_mut(), count, 0, &raw mut bytes) };
        let mut memory = vec![0; bytes.div_ceil(size_of::<usize>())];
        let list = memory.as_mut_ptr().cast();
        // SAFETY: the memory is as long as it was told to be.
        done(unsafe { InitializeProcThreadAttributeList(list, count, 0, &raw mut bytes) })?;
        Ok(Self { memory, values: PhantomData })
    }

    #[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
    pub(super) fn set<T>(&mut self, attribute: u32, value: &'a [T]) -> io::Result<()> {
        let (list, attribute) = (self.as_ptr(), attribute as usize);
        let bytes = size_of_val(value);
        // SAFETY: the list was initialised, and the value lives at least as long as it does.
        done(unsafe {
            UpdateProcThreadAttribute(
                list,
                0,
                attribute,
                value.as_ptr().cast(),
                bytes,
                null_mut(),
                null(),
            )
        })
    }

    pub(super) fn as_ptr(&mut self) -> LPPROC_THREAD_ATTRIBUTE_LIST {
        self.memory.as_mut_ptr().cast()
    }
}

impl Drop for Attributes<'_> {
    #[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
    fn drop(&mut self) {
        // SAFETY: the list was initialised, and nobody uses it afterwards.
        unsafe { DeleteProcThreadAttributeList(self.as_ptr()) };
    }
}
